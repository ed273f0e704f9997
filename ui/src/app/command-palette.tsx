import { useQuery } from "@tanstack/react-query";
import { useRouter } from "@tanstack/react-router";
import { Command } from "cmdk";
import { Laptop, Moon, RefreshCw, Search, Square, Sun } from "lucide-react";
import { Dialog } from "radix-ui";
import type { ReactNode } from "react";
import { ConnectorTile } from "@/components/connector-tile";
import { Keys } from "@/components/ui/keys";
import { useTransport } from "@/ipc/context";
import type { Integration } from "@/ipc/generated/Integration";
import { useCancelRun, useStartRun } from "@/ipc/mutations";
import { integrationsQuery } from "@/ipc/queries";
import { isActive } from "@/ipc/run-status";
import { shortcut } from "@/lib/platform";
import { setTheme } from "@/lib/theme";
import { pages } from "./navigation";

interface CommandPaletteProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
}

/** Everything by its name: pages, integrations, syncs, themes. */
export function CommandPalette({ open, onOpenChange }: CommandPaletteProps) {
  return (
    <Dialog.Root open={open} onOpenChange={onOpenChange}>
      <Dialog.Portal>
        <Dialog.Overlay className="fixed inset-0 z-40 animate-veil bg-veil" />
        <Dialog.Content
          aria-describedby={undefined}
          className="fixed inset-x-0 top-[14vh] z-50 mx-auto w-[min(36rem,calc(100vw-3rem))] animate-appear overflow-hidden rounded-card bg-raised shadow-dialog outline-none"
        >
          <Dialog.Title className="sr-only">Search and commands</Dialog.Title>
          <Command loop label="Search and commands">
            <div className="flex items-center gap-2.5 border-b border-line px-4">
              <Search className="size-4 shrink-0 text-ink-3" aria-hidden />
              <Command.Input
                placeholder="Find an integration or a command"
                className="h-12 w-full cursor-text bg-transparent text-body outline-none placeholder:text-ink-3"
              />
              <Keys keys="Esc" />
            </div>
            <Command.List className="max-h-[50vh] scroll-area p-2">
              <Command.Empty className="py-8 text-center text-ink-2">Nothing found.</Command.Empty>
              <Commands close={() => onOpenChange(false)} />
            </Command.List>
          </Command>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

const group =
  "**:[[cmdk-group-heading]]:px-2.5 **:[[cmdk-group-heading]]:pt-2 **:[[cmdk-group-heading]]:pb-1 **:[[cmdk-group-heading]]:text-tiny **:[[cmdk-group-heading]]:text-ink-3";

function Commands({ close }: { close: () => void }) {
  const router = useRouter();
  const { data: integrations = [] } = useQuery(integrationsQuery(useTransport()));
  const then = (act: () => void) => () => {
    close();
    act();
  };
  return (
    <>
      <Command.Group heading="Go to" className={group}>
        {pages.map(({ to, label, icon: Icon, key }) => (
          <Item
            key={to}
            value={`Go to ${label}`}
            icon={<Icon aria-hidden />}
            keys={shortcut(key)}
            onSelect={then(() => void router.navigate({ to }))}
          >
            {label}
          </Item>
        ))}
      </Command.Group>
      {integrations.length > 0 && (
        <Command.Group heading="Integrations" className={group}>
          {integrations.map((integration) => (
            <Item
              key={integration.id}
              // The id keeps two names apart that differ only in their spelling.
              value={`Open ${integration.name} ${integration.id}`}
              icon={<ConnectorTile type={integration.type} size="small" />}
              onSelect={then(
                () =>
                  void router.navigate({
                    to: "/integrations/$id",
                    params: { id: integration.id },
                  }),
              )}
            >
              {integration.name}
            </Item>
          ))}
        </Command.Group>
      )}
      <SyncCommands integrations={integrations} then={then} />
      <Command.Group heading="Theme" className={group}>
        <Item
          value="Theme light"
          icon={<Sun aria-hidden />}
          onSelect={then(() => setTheme("light"))}
        >
          Light theme
        </Item>
        <Item
          value="Theme dark"
          icon={<Moon aria-hidden />}
          onSelect={then(() => setTheme("dark"))}
        >
          Dark theme
        </Item>
        <Item
          value="Theme system"
          icon={<Laptop aria-hidden />}
          onSelect={then(() => setTheme("system"))}
        >
          Theme of the system
        </Item>
      </Command.Group>
    </>
  );
}

interface SyncCommandsProps {
  integrations: readonly Integration[];
  then: (act: () => void) => () => void;
}

function SyncCommands({ integrations, then }: SyncCommandsProps) {
  const start = useStartRun();
  const cancel = useCancelRun();
  const able = integrations.filter(({ status }) => status !== "draft");
  if (able.length === 0) return null;
  return (
    <Command.Group heading="Sync" className={group}>
      {able.map(({ id, name, last_run: run }) =>
        run && isActive(run.status) ? (
          <Item
            key={id}
            value={`Cancel the sync of ${name} ${id}`}
            icon={<Square aria-hidden />}
            onSelect={then(() => cancel.mutate(run.id))}
          >
            Cancel the sync of {name}
          </Item>
        ) : (
          <Item
            key={id}
            value={`Sync now ${name} ${id}`}
            icon={<RefreshCw aria-hidden />}
            onSelect={then(() => start.mutate({ id }))}
          >
            Sync {name} now
          </Item>
        ),
      )}
    </Command.Group>
  );
}

interface ItemProps {
  value: string;
  icon: ReactNode;
  keys?: string;
  onSelect: () => void;
  children: ReactNode;
}

function Item({ value, icon, keys, onSelect, children }: ItemProps) {
  return (
    <Command.Item
      value={value}
      onSelect={onSelect}
      className="flex h-10 items-center gap-3 rounded-control px-2.5 data-[selected=true]:bg-hover"
    >
      <span className="flex w-6 shrink-0 justify-center [&>svg]:size-4 [&>svg]:text-ink-3">
        {icon}
      </span>
      <span className="min-w-0 flex-1 truncate">{children}</span>
      {keys !== undefined && <Keys keys={keys} />}
    </Command.Item>
  );
}
