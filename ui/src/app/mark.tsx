/** The sign of the app: streams that flow into one. */
export function Mark() {
  return (
    <svg viewBox="0 0 24 24" className="size-6 shrink-0" aria-hidden>
      <rect width="24" height="24" rx="6.5" className="fill-accent" />
      <path
        d="M6 5.5c0 4.5 6 4 6 9v4M18 5.5c0 4.5-6 4-6 9M12 5.5v6"
        fill="none"
        strokeWidth="2"
        strokeLinecap="round"
        className="stroke-on-accent"
      />
    </svg>
  );
}
