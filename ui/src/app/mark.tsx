import { useId } from "react";

/** The sign of the app, drawn as its icon is (`icons/tributary.svg`): two streams join a river that widens on its way. */
export function Mark({ className = "size-6" }: { className?: string }) {
  const id = useId();
  return (
    <svg viewBox="64 64 896 896" className={`shrink-0 ${className}`} aria-hidden>
      <defs>
        <linearGradient
          id={`${id}ground`}
          gradientUnits="userSpaceOnUse"
          x1="512"
          y1="64"
          x2="512"
          y2="960"
        >
          <stop offset="0" stopColor="#14888a" />
          <stop offset="1" stopColor="#0a4f55" />
        </linearGradient>
        <clipPath id={`${id}edge`}>
          <rect x="64" y="64" width="896" height="896" rx="208" />
        </clipPath>
      </defs>
      <rect x="64" y="64" width="896" height="896" rx="208" fill={`url(#${id}ground)`} />
      <g clipPath={`url(#${id}edge)`}>
        <path
          fill="#78d8c8"
          d="M689 206 L688 231 L684 253 L678 274 L671 292 L663 310 L653 326 L641 341 L629 355 L615 369 L600 383 L584 397 L568 410 L550 424 L532 438 L588 502 L604 486 L621 470 L637 454 L653 438 L669 421 L684 403 L699 383 L712 363 L723 341 L733 317 L741 292 L747 265 L750 236 L751 206 A 31 31 0 0 0 689 206 Z"
        />
        <path
          fill="#78d8c8"
          d="M231 470 L233 506 L241 540 L253 572 L270 602 L290 629 L314 654 L342 676 L371 697 L403 715 L437 732 L473 747 L509 761 L547 773 L586 784 L606 696 L570 689 L535 680 L501 670 L468 658 L438 646 L410 632 L384 616 L362 600 L342 582 L325 563 L312 542 L302 520 L296 496 L293 470 A 31 31 0 0 0 231 470 Z"
        />
        <path
          fill="#ffffff"
          d="M297 196 L301 248 L314 294 L335 336 L362 372 L392 403 L425 432 L457 459 L487 485 L515 510 L537 535 L554 560 L565 584 L570 610 L570 640 L567 640 L562 661 L554 679 L545 694 L533 709 L519 724 L502 740 L483 758 L462 778 L439 801 L416 828 L393 860 L372 899 L356 943 L345 992 L595 1008 L593 992 L593 977 L595 962 L600 945 L609 926 L620 905 L634 882 L650 857 L667 829 L683 798 L697 763 L708 725 L714 684 L713 640 L710 640 L701 582 L681 531 L653 489 L620 455 L585 427 L549 402 L513 380 L479 359 L448 338 L421 315 L398 291 L380 265 L368 234 L363 196 A 33 33 0 0 0 297 196 Z"
        />
      </g>
    </svg>
  );
}
