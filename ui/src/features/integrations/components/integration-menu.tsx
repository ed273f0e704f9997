import { useNavigate } from "@tanstack/react-router";
import {
  CalendarClock,
  Copy,
  Ellipsis,
  ListChecks,
  PlugZap,
  RefreshCcwDot,
  RefreshCw,
  RefreshCwOff,
  SlidersHorizontal,
  Trash2,
} from "lucide-react";
import { useState } from "react";
import { IconButton } from "@/components/ui/icon-button";
import { Menu, MenuItem, MenuSeparator } from "@/components/ui/menu";
import type { Integration } from "@/ipc/generated/Integration";
import { useBeginDraft, useCancelRun, useStartRun } from "@/ipc/mutations";
import { isActive } from "@/ipc/run-status";
import { DeleteDialog } from "./delete-dialog";
import { TestDialog } from "./test-dialog";

interface IntegrationMenuProps {
  integration: Integration;
  onDeleted?: () => void;
}

/** Everything that can be done with an integration. */
export function IntegrationMenu({ integration, onDeleted }: IntegrationMenuProps) {
  const [dialog, setDialog] = useState<"none" | "test" | "delete">("none");
  const start = useStartRun();
  const cancel = useCancelRun();
  const begin = useBeginDraft();
  const navigate = useNavigate();
  const openSetup = (from: "edit" | "duplicate", step: string) =>
    begin.mutate(
      { from, kind: "extractor", id: integration.id },
      {
        onSuccess: ({ id }) =>
          void navigate({ to: "/setup/$draft", params: { draft: id }, search: { step } }),
      },
    );
  const run = integration.last_run;
  const active = run !== null && isActive(run.status);
  const draft = integration.status === "draft";
  const sync = (fullRefresh: boolean) => start.mutate({ id: integration.id, fullRefresh });
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
              onSelect={() => sync(false)}
            >
              Sync now
            </MenuItem>
            <MenuItem
              disabled={draft}
              icon={<RefreshCcwDot aria-hidden />}
              onSelect={() => sync(true)}
            >
              Sync everything again
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
        <MenuSeparator />
        {!integration.sample && <EditItems onOpen={openSetup} />}
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
      <DeleteDialog
        integration={integration}
        open={dialog === "delete"}
        onOpenChange={(open) => setDialog(open ? "delete" : "none")}
        onDeleted={onDeleted}
      />
    </>
  );
}

interface EditItemsProps {
  onOpen: (from: "edit" | "duplicate", step: string) => void;
}

/** The wizard at its steps, and a copy. The sample org is made whole: there is nothing to set up. */
function EditItems({ onOpen }: EditItemsProps) {
  return (
    <>
      <MenuItem icon={<SlidersHorizontal aria-hidden />} onSelect={() => onOpen("edit", "setup")}>
        Edit settings
      </MenuItem>
      <MenuItem icon={<ListChecks aria-hidden />} onSelect={() => onOpen("edit", "data")}>
        Choose data
      </MenuItem>
      <MenuItem icon={<CalendarClock aria-hidden />} onSelect={() => onOpen("edit", "destination")}>
        Schedule
      </MenuItem>
      <MenuItem icon={<Copy aria-hidden />} onSelect={() => onOpen("duplicate", "setup")}>
        Duplicate
      </MenuItem>
      <MenuSeparator />
    </>
  );
}
