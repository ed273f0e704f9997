/** A shortcut as key caps: `Ctrl K`. */
export function Keys({ keys }: { keys: string }) {
  return (
    <span className="flex gap-0.5" aria-hidden>
      {keys.split(" ").map((key) => (
        <kbd
          key={key}
          className="rounded border border-line-strong px-1 font-sans text-[0.6875rem] leading-4 text-ink-3"
        >
          {key}
        </kbd>
      ))}
    </span>
  );
}
