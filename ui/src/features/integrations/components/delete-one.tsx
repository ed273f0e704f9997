import { useOneAction } from "@/features/integrations/api/use-bulk-action";
import type { Integration } from "@/ipc/generated/Integration";
import { DeleteDialog } from "./delete-dialog";

interface DeleteOneProps {
  integration: Integration;
  onClose: () => void;
  onDeleted?: (() => void) | undefined;
}

/** Asks, and deletes the one. */
export function DeleteOne({ integration, onClose, onDeleted }: DeleteOneProps) {
  const { act, pending } = useOneAction();
  return (
    <DeleteDialog
      integrations={[integration]}
      onClose={onClose}
      busy={pending}
      onDelete={(data) => {
        act(integration.id, { action: "delete", data }, () => {
          onClose();
          onDeleted?.();
        });
      }}
    />
  );
}
