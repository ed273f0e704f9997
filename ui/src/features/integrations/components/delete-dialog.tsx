import { Confirm } from "@/components/ui/confirm";
import { useDeleteIntegration } from "@/features/integrations/api/mutations";
import type { Integration } from "@/ipc/generated/Integration";

interface DeleteDialogProps {
  integration: Integration;
  open: boolean;
  onOpenChange: (open: boolean) => void;
  onDeleted?: (() => void) | undefined;
}

/** Asks before an integration is deleted, and says what goes and what stays. */
export function DeleteDialog({ integration, open, onOpenChange, onDeleted }: DeleteDialogProps) {
  const remove = useDeleteIntegration();
  return (
    <Confirm
      open={open}
      onOpenChange={onOpenChange}
      title={`Delete “${integration.name}”?`}
      action="Delete"
      busy={remove.isPending}
      onConfirm={() =>
        remove.mutate(integration.id, {
          onSuccess: () => {
            onOpenChange(false);
            onDeleted?.();
          },
        })
      }
    >
      <p>This removes from this computer:</p>
      <ul className="my-1.5 list-disc space-y-0.5 pl-5">
        <li>its settings</li>
        {integration.secrets.length > 0 && <li>its sign-in, saved in your keychain</li>}
        <li>the history of its syncs with their logs</li>
      </ul>
      <p>The data it already brought in stays where it is. This cannot be undone.</p>
    </Confirm>
  );
}
