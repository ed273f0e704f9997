import { Command } from "cmdk";
import { Search } from "lucide-react";
import { Dialog } from "radix-ui";
import { useState, type ReactNode } from "react";
import { Keys } from "@/components/ui/keys";
import { findEntries } from "./palette/find";
import { useGroups } from "./palette/use-entries";

interface CommandPaletteProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
}

/** Everything by its name: pages, settings, integrations, syncs, what needs attention, pausing, themes. */
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
          <Palette close={() => onOpenChange(false)} />
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function Palette({ close }: { close: () => void }) {
  const [search, setSearch] = useState("");
  return (
    // What fits is found here, not by the list: it would draw ten thousand entries to hide most of them.
    <Command loop shouldFilter={false} label="Search and commands">
      <div className="flex items-center gap-2.5 border-b border-line px-4">
        <Search className="size-4 shrink-0 text-ink-3" aria-hidden />
        <Command.Input
          value={search}
          onValueChange={setSearch}
          placeholder="Find an integration or a command"
          className="h-12 w-full cursor-text bg-transparent text-body outline-none placeholder:text-ink-3"
        />
        <Keys keys="Esc" />
      </div>
      <Command.List className="max-h-[50vh] scroll-area p-2">
        <Command.Empty className="py-8 text-center text-ink-2">Nothing found.</Command.Empty>
        <Groups search={search} close={close} />
      </Command.List>
      <footer
        className="flex gap-4 border-t border-line px-4 py-2 text-tiny text-ink-3"
        aria-hidden
      >
        <span className="flex items-center gap-1.5">
          <Keys keys="↑ ↓" /> choose
        </span>
        <span className="flex items-center gap-1.5">
          <Keys keys="Enter" /> do it
        </span>
      </footer>
    </Command>
  );
}

const group =
  "**:[[cmdk-group-heading]]:px-2.5 **:[[cmdk-group-heading]]:pt-2 **:[[cmdk-group-heading]]:pb-1 **:[[cmdk-group-heading]]:text-tiny **:[[cmdk-group-heading]]:text-ink-3";

function Groups({ search, close }: { search: string; close: () => void }) {
  const groups = useGroups();
  const typed = search.trim() !== "";
  return groups.map(({ heading, few, most, entries }) => {
    const found = findEntries(entries, search, typed ? most : few);
    if (found.length === 0) return null;
    return (
      <Command.Group key={heading} heading={heading} className={group}>
        {found.map(({ id, make }) => {
          const { icon, label, keys, act } = make();
          return (
            <Item
              key={id}
              value={id}
              icon={icon}
              keys={keys}
              onSelect={() => {
                close();
                act();
              }}
            >
              {label}
            </Item>
          );
        })}
      </Command.Group>
    );
  });
}

interface ItemProps {
  value: string;
  icon: ReactNode;
  keys: string | undefined;
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
