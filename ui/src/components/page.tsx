import { useEffect, type ReactNode, type Ref } from "react";

interface PageProps {
  /** Name of the page, also of the window. */
  title: string;
  /** Stands instead of the plain heading. */
  heading?: ReactNode;
  /** Above the heading, for instance the way back. */
  above?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
  /** The page fills the window and scrolls inside its parts. */
  fill?: boolean;
}

/** A page: heading with its actions, then what it is about. */
export function Page({ title, heading, above, actions, children, fill = false }: PageProps) {
  useEffect(() => {
    document.title = title === "Tributary" ? title : `${title} – Tributary`;
  }, [title]);
  return (
    <div className={fill ? "flex h-full min-h-0 flex-col" : undefined}>
      <div
        className={
          fill
            ? "mx-auto flex min-h-0 w-full max-w-6xl flex-1 flex-col px-6 pt-6 pb-5"
            : "mx-auto w-full max-w-6xl px-6 pt-6 pb-12"
        }
      >
        {above}
        <header className="mb-5 flex min-h-8 flex-wrap items-center gap-x-4 gap-y-3">
          {heading ?? (
            <h1 className="flex-1 text-title font-semibold tracking-[-0.012em]">{title}</h1>
          )}
          {actions !== undefined && <div className="flex items-center gap-2">{actions}</div>}
        </header>
        {children}
      </div>
    </div>
  );
}

interface CardProps {
  children: ReactNode;
  className?: string;
  ref?: Ref<HTMLDivElement>;
}

/** A bordered ground for things that belong together. */
export function Card({ children, className = "", ref }: CardProps) {
  return (
    <div
      ref={ref}
      className={`rounded-card border border-line bg-surface shadow-card ${className}`}
    >
      {children}
    </div>
  );
}
