import { AlertDialog } from "radix-ui";
import type { ReactNode } from "react";
import { Button } from "./button";

interface ConfirmProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: string;
  /** What will happen, also what will not. */
  children: ReactNode;
  /** The verb on the button, for instance "Delete". */
  action: string;
  busy?: boolean;
  onConfirm: () => void;
}

/** Asks before something that cannot be undone. The focus starts on Cancel. */
export function Confirm({
  open,
  onOpenChange,
  title,
  children,
  action,
  busy = false,
  onConfirm,
}: ConfirmProps) {
  return (
    <AlertDialog.Root open={open} onOpenChange={onOpenChange}>
      <AlertDialog.Portal>
        <AlertDialog.Overlay className="fixed inset-0 z-40 animate-veil bg-veil" />
        <AlertDialog.Content className="fixed inset-x-0 top-[18vh] z-50 mx-auto w-[min(28rem,calc(100vw-3rem))] animate-appear rounded-card bg-raised shadow-dialog outline-none">
          <div className="px-5 pt-4 pb-4">
            <AlertDialog.Title className="mb-2 text-heading font-semibold text-balance wrap-anywhere">
              {title}
            </AlertDialog.Title>
            <AlertDialog.Description asChild>
              <div className="text-ink-2">{children}</div>
            </AlertDialog.Description>
          </div>
          <footer className="flex justify-end gap-2 border-t border-line px-5 py-3">
            <AlertDialog.Cancel asChild>
              <Button>Cancel</Button>
            </AlertDialog.Cancel>
            <Button kind="danger" busy={busy} onClick={onConfirm}>
              {action}
            </Button>
          </footer>
        </AlertDialog.Content>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  );
}
