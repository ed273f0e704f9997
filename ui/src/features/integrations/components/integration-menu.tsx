import { useNavigate } from "@tanstack/react-router";
import {
  CalendarClock,
  CirclePause,
  CirclePlay,
  Copy,
  Ellipsis,
  ListChecks,
  PlugZap,
  RefreshCcwDot,
  RefreshCw,
  RefreshCwOff,
  SlidersHorizontal,
  Table2,
  Trash2,
} from "lucide-react";
import { useState } from "react";
import { IconButton } from "@/components/ui/icon-button";
import { Menu, MenuItem, MenuSeparator } from "@/components/ui/menu";
import { useOneAction } from "@/features/integrations/api/use-bulk-action";
import { useEdit } from "@/features/integrations/api/use-edit";
import type { Integration } from "@/ipc/generated/Integration";
import { useCancelRun, useStartRun } from "@/ipc/mutations";
import { isActive } from "@/ipc/run-status";
import { DeleteOne } from "./delete-one";
import { ResyncDialog } from "./resync-dialog";
import { TestDialog } from "./test-dialog";

interface IntegrationMenuProps {
  integration: Integration;
  onDeleted?: () => void;
}

/** Everything that can be done with an integration. */
export function IntegrationMenu({ integration, onDeleted }: IntegrationMenuProps) {
  const [dialog, setDialog] = useState<"none" | "test" | "delete" | "resync">("none");
  const start = useStartRun();
  const cancel = useCancelRun();
  const { act } = useOneAction();
  const { edit, duplicate } = useEdit(integration.id);
  const run = integration.last_run;
  const active = run !== null && isActive(run.status);
  const draft = integration.status === "draft";
  const navigate = useNavigate();
  return (
    <>
      <Menu
        trigger={
          <IconButton
            label={`More for ${integration.name}`}
            icon={<Ellipsis className="size-4" aria-hidden />}
          />
        }
      >
        {active ? (
          <MenuItem icon={<RefreshCwOff aria-hidden />} onSelect={() => cancel.mutate(run.id)}>
            Cancel the sync
          </MenuItem>
        ) : (
          <>
            <MenuItem
              disabled={draft}
              icon={<RefreshCw aria-hidden />}
              onSelect={() => start.mutate({ id: integration.id })}
            >
              Sync now
            </MenuItem>
            <MenuItem
              disabled={draft}
              icon={<RefreshCcwDot aria-hidden />}
              onSelect={() => setDialog("resync")}
            >
              Sync from the start
            </MenuItem>
          </>
        )}
        <MenuItem
          disabled={draft}
          icon={<PlugZap aria-hidden />}
          onSelect={() => setDialog("test")}
        >
          Test connection
        </MenuItem>
        {integration.status === "paused" ? (
          <MenuItem
            icon={<CirclePlay aria-hidden />}
            onSelect={() => act(integration.id, { action: "resume" })}
          >
            Resume
          </MenuItem>
        ) : (
          <MenuItem
            disabled={draft}
            icon={<CirclePause aria-hidden />}
            onSelect={() => act(integration.id, { action: "pause" })}
          >
            Pause
          </MenuItem>
        )}
        <MenuItem
          disabled={draft}
          icon={<Table2 aria-hidden />}
          onSelect={() =>
            void navigate({ to: "/integrations/$id/data", params: { id: integration.id } })
          }
        >
          Open data
        </MenuItem>
        <MenuSeparator />
        {!integration.sample && <EditItems onEdit={edit} onDuplicate={duplicate} />}
        <MenuItem
          danger
          disabled={active}
          icon={<Trash2 aria-hidden />}
          onSelect={() => setDialog("delete")}
        >
          Delete
        </MenuItem>
      </Menu>
      {dialog === "test" && (
        <TestDialog integration={integration} onClose={() => setDialog("none")} />
      )}
      {dialog === "resync" && (
        <ResyncDialog
          integration={integration}
          stream={null}
          now
          open
          onOpenChange={() => setDialog("none")}
        />
      )}
      {dialog === "delete" && (
        <DeleteOne
          integration={integration}
          onClose={() => setDialog("none")}
          onDeleted={onDeleted}
        />
      )}
    </>
  );
}

interface EditItemsProps {
  onEdit: (step: string) => void;
  onDuplicate: () => void;
}

/** The wizard at its steps, and a copy. The sample org is made whole: there is nothing to set up. */
function EditItems({ onEdit, onDuplicate }: EditItemsProps) {
  return (
    <>
      <MenuItem icon={<SlidersHorizontal aria-hidden />} onSelect={() => onEdit("setup")}>
        Edit settings
      </MenuItem>
      <MenuItem icon={<ListChecks aria-hidden />} onSelect={() => onEdit("data")}>
        Choose data
      </MenuItem>
      <MenuItem icon={<CalendarClock aria-hidden />} onSelect={() => onEdit("destination")}>
        Schedule
      </MenuItem>
      <MenuItem icon={<Copy aria-hidden />} onSelect={() => onDuplicate()}>
        Duplicate
      </MenuItem>
      <MenuSeparator />
    </>
  );
}
