import { CirclePause, CirclePlay, Hourglass, Moon } from "lucide-react";
import { pauses, usePauseOfEverything } from "@/components/use-pause";
import { Menu, MenuItem, MenuLabel } from "@/components/ui/menu";
import { usePauseEverything, useResumeEverything } from "@/ipc/mutations";

/** Pauses everything for a while, and ends that. It says so while everything pauses. */
export function PauseMenu({ entry }: { entry: string }) {
  const pause = usePauseOfEverything();
  const start = usePauseEverything();
  const end = useResumeEverything();
  const words = pause ? `Paused ${pause.words}` : "Pause syncing";
  return (
    <Menu
      side="right"
      align="end"
      trigger={
        <button
          type="button"
          title={words}
          className={`${entry} ${pause ? "bg-paused-soft text-ink!" : "font-normal!"} data-[state=open]:bg-hover`}
        >
          <CirclePause aria-hidden />
          <span className="min-w-0 truncate max-wide:sr-only">{words}</span>
        </button>
      }
    >
      {pause && (
        <MenuItem icon={<CirclePlay aria-hidden />} onSelect={() => end.mutate()}>
          Resume
        </MenuItem>
      )}
      <MenuLabel>{pause ? "Pause from now on instead" : "Pause everything"}</MenuLabel>
      {pauses.map(({ pause: how, label }) => (
        <MenuItem
          key={how}
          icon={
            how === "until_tomorrow" ? (
              <Moon aria-hidden />
            ) : how === "until_resumed" ? (
              <CirclePause aria-hidden />
            ) : (
              <Hourglass aria-hidden />
            )
          }
          onSelect={() => start.mutate(how)}
        >
          {label}
        </MenuItem>
      ))}
    </Menu>
  );
}
