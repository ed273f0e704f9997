import { clsx } from "clsx";
import { X } from "lucide-react";
import { Dialog as Radix } from "radix-ui";
import type { ReactNode } from "react";

interface DialogProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: string;
  description?: ReactNode;
  children?: ReactNode;
  footer?: ReactNode;
  /** Room for a table. */
  wide?: boolean;
}

/** A dialog: Esc and the cross close it, the focus stays inside and goes back where it came from. */
export function Dialog({
  open,
  onOpenChange,
  title,
  description,
  children,
  footer,
  wide = false,
}: DialogProps) {
  return (
    <Radix.Root open={open} onOpenChange={onOpenChange}>
      <Radix.Portal>
        <Radix.Overlay className="fixed inset-0 z-40 animate-veil bg-veil" />
        <Radix.Content
          className={clsx(
            "fixed inset-x-0 z-50 mx-auto flex animate-appear flex-col rounded-card bg-raised shadow-dialog outline-none",
            wide
              ? "top-[8vh] max-h-[84vh] w-[min(42rem,calc(100vw-3rem))]"
              : "top-[14vh] max-h-[72vh] w-[min(30rem,calc(100vw-3rem))]",
          )}
          {...(description === undefined && { "aria-describedby": undefined })}
        >
          <header className="flex items-start gap-4 px-5 pt-4 pb-2">
            <Radix.Title className="flex-1 text-heading font-semibold text-balance">
              {title}
            </Radix.Title>
            <Radix.Close
              aria-label="Close"
              className="-mr-1.5 rounded-control p-1 text-ink-3 hover:bg-hover hover:text-ink"
            >
              <X className="size-4" aria-hidden />
            </Radix.Close>
          </header>
          {description !== undefined && (
            <Radix.Description className="px-5 text-ink-2">{description}</Radix.Description>
          )}
          {children !== undefined && (
            <div className="selectable scroll-area px-5 py-3">{children}</div>
          )}
          {footer !== undefined && (
            <footer className="flex justify-end gap-2 border-t border-line px-5 py-3">
              {footer}
            </footer>
          )}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
