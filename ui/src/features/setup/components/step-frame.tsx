import { useEffect, useRef, type ReactNode } from "react";

interface StepFrameProps {
  title: string;
  lead?: ReactNode;
  actions?: ReactNode;
  /** The step fills the page and scrolls inside its parts. */
  fill?: boolean;
  /** The focus goes elsewhere: not to the heading. */
  quiet?: boolean;
  children: ReactNode;
}

/** A step: its heading, which gets the focus when one comes to it, and what is asked. */
export function StepFrame({
  title,
  lead,
  actions,
  fill = false,
  quiet = false,
  children,
}: StepFrameProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (!quiet) heading.current?.focus();
  }, [quiet]);
  return (
    <div className={fill ? "flex h-full min-h-0 flex-col px-6 pt-5 pb-4" : "px-6 pt-5 pb-8"}>
      <div className="mb-4 flex flex-wrap items-start gap-x-4 gap-y-2">
        <div className="min-w-52 flex-1">
          <h2
            ref={heading}
            tabIndex={-1}
            className="rounded-sm text-heading font-semibold outline-none"
          >
            {title}
          </h2>
          {lead !== undefined && <div className="text-small text-ink-2">{lead}</div>}
        </div>
        {actions !== undefined && <div className="flex items-center gap-2">{actions}</div>}
      </div>
      {children}
    </div>
  );
}
