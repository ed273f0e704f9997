import { useUnseen } from "@/features/notices/api/use-unseen";

/** A dot where notices wait that nobody has seen; `compact` where the word beside it is hidden. */
export function UnseenDot({ className = "" }: { className?: string }) {
  const unseen = useUnseen();
  if (unseen === 0) return null;
  return (
    <>
      <span
        aria-hidden
        data-testid="unseen"
        className={`size-2 shrink-0 rounded-full bg-attention ${className}`}
      />
      <span className="sr-only">, new notices</span>
    </>
  );
}
