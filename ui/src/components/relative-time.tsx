import { Tooltip } from "@/components/ui/tooltip";
import { formatExact, formatRelative, useNow } from "@/lib/time";

interface RelativeTimeProps {
  time: string;
  /** It stands alone, not in a sentence: "Yesterday". */
  capital?: boolean;
}

/** "5 minutes ago", kept true while it is looked at; the exact moment is in its tooltip. */
export function RelativeTime({ time, capital = false }: RelativeTimeProps) {
  const now = useNow();
  return (
    <Tooltip text={formatExact(time)}>
      <time dateTime={time} className={capital ? "inline-block first-letter:uppercase" : undefined}>
        {formatRelative(time, now)}
      </time>
    </Tooltip>
  );
}
