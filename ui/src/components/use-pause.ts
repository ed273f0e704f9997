import { useQuery } from "@tanstack/react-query";
import { useTransport } from "@/ipc/context";
import type { PauseFor } from "@/ipc/generated/PauseFor";
import { pauseQuery } from "@/ipc/queries";
import { formatClockShort, formatComing, isToday, useNow } from "@/lib/time";

/** A pause of everything, in words: "until 14:30". */
export interface PauseInWords {
  words: string;
}

/** Whether everything pauses now, and until when. */
export function usePauseOfEverything(): PauseInWords | null {
  const { data: pause } = useQuery(pauseQuery(useTransport()));
  const now = useNow();
  if (!pause) return null;
  if (pause.until === null) return { words: "until you resume it" };
  // It ends by itself; the window may hear of that a little later.
  if (Date.parse(pause.until) <= now) return null;
  const words = isToday(pause.until, now)
    ? formatClockShort(pause.until)
    : formatComing(pause.until, now);
  return { words: `until ${words}` };
}

/** For how long everything can pause, in words. */
export const pauses: readonly { pause: PauseFor; label: string }[] = [
  { pause: "half_an_hour", label: "For 30 minutes" },
  { pause: "two_hours", label: "For 2 hours" },
  { pause: "until_tomorrow", label: "Until tomorrow" },
  { pause: "until_resumed", label: "Until I resume it" },
];
