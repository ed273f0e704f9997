import { Tooltip } from "@/components/ui/tooltip";
import { formatExact, formatRelative, useNow } from "@/lib/time";

/** "5 minutes ago", kept true while it is looked at; the exact moment is in its tooltip. */
export function RelativeTime({ time }: { time: string }) {
  const now = useNow();
  return (
    <Tooltip text={formatExact(time)}>
      <time dateTime={time}>{formatRelative(time, now)}</time>
    </Tooltip>
  );
}
