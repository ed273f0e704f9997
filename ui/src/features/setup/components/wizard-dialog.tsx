import { X } from "lucide-react";
import { Dialog } from "radix-ui";
import type { ReactNode } from "react";
import { ConnectorTile } from "@/components/connector-tile";
import { Tooltip } from "@/components/ui/tooltip";

interface WizardDialogProps {
  title: string;
  /** The connector's short id. */
  type: string | null;
  /** How saving is doing, in words. */
  saved?: string;
  side?: ReactNode;
  /** What went wrong with saving. */
  alert?: ReactNode;
  footer?: ReactNode;
  onClose: () => void;
  children: ReactNode;
}

/** A dialog as large as a page, over the list it belongs to. */
export function WizardDialog(props: WizardDialogProps) {
  const { title, type, saved, side, alert, footer, onClose, children } = props;
  return (
    <Dialog.Root open onOpenChange={onClose}>
      <Dialog.Portal>
        <Dialog.Overlay className="fixed inset-0 z-30 animate-veil bg-veil" />
        <Dialog.Content
          aria-describedby={undefined}
          // The step puts the focus where it belongs.
          onOpenAutoFocus={(event) => event.preventDefault()}
          // A press beside it (on a message, for instance) is no wish to leave.
          onInteractOutside={(event) => event.preventDefault()}
          onEscapeKeyDown={(event) => {
            if (escapesSomethingInside(event.target)) event.preventDefault();
          }}
          className="fixed inset-x-0 top-[min(3rem,3vh)] bottom-[min(3rem,3vh)] z-30 mx-auto flex w-[min(70rem,calc(100vw-2.5rem))] animate-appear flex-col overflow-clip rounded-card bg-raised shadow-dialog outline-none"
        >
          <div className="flex items-center gap-3 border-b border-line py-2.5 pr-3 pl-5">
            {type !== null && <ConnectorTile type={type} size="small" />}
            <Dialog.Title asChild>
              <h1 className="min-w-0 flex-1 truncate text-heading font-semibold">{title}</h1>
            </Dialog.Title>
            {saved !== undefined && (
              <span className="text-small text-ink-3" role="status" aria-label="Draft">
                {saved}
              </span>
            )}
            <Tooltip text="Close; what you entered is kept" shortcut="Esc" side="bottom">
              <Dialog.Close
                aria-label="Close"
                className="rounded-control p-1.5 text-ink-3 hover:bg-hover hover:text-ink"
              >
                <X className="size-4" aria-hidden />
              </Dialog.Close>
            </Tooltip>
          </div>
          <div className="flex min-h-0 flex-1">
            {side !== undefined && (
              <div className="w-46 shrink-0 scroll-area border-r border-line bg-canvas px-3 py-4 wide:w-54">
                {side}
              </div>
            )}
            <div className="min-w-0 flex-1 scroll-area">{children}</div>
          </div>
          <div role="alert" className="empty:hidden">
            {alert && (
              <p className="selectable border-t border-attention-line bg-attention-soft px-5 py-2.5 text-small wrap-anywhere">
                {alert}
              </p>
            )}
          </div>
          {footer !== undefined && (
            <div className="flex items-center gap-2 border-t border-line px-5 py-3">{footer}</div>
          )}
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

/** Esc empties a search and closes a pane before it closes the wizard. */
function escapesSomethingInside(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  const search = target instanceof HTMLInputElement && target.role === "searchbox";
  return (search && target.value !== "") || target.closest("[data-escape]") !== null;
}
