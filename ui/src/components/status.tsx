import { clsx } from "clsx";
import {
  Check,
  CircleDashed,
  CirclePause,
  Clock,
  Hourglass,
  LoaderCircle,
  TriangleAlert,
} from "lucide-react";
import type { StatusWords, Tone } from "./status-words";

const icons = {
  ok: Check,
  working: LoaderCircle,
  waiting: Hourglass,
  late: Clock,
  attention: TriangleAlert,
  paused: CirclePause,
  neutral: CircleDashed,
} as const;

const colours: Record<Tone, string> = {
  ok: "text-ok",
  working: "text-working",
  waiting: "text-working",
  late: "text-late",
  attention: "text-attention",
  paused: "text-paused",
  neutral: "text-ink-3",
};

interface StatusProps {
  words: StatusWords;
  className?: string;
  testId?: string;
}

/** A state: shape, colour and words. */
export function Status({ words, className, testId }: StatusProps) {
  const Icon = icons[words.tone];
  return (
    <span
      data-testid={testId}
      data-tone={words.tone}
      className={clsx("flex min-w-0 items-center gap-1.5", colours[words.tone], className)}
    >
      <Icon
        aria-hidden
        strokeWidth={2.25}
        className={clsx("size-4 shrink-0", words.tone === "working" && "animate-spin")}
      />
      <span className="truncate font-medium">{words.text}</span>
    </span>
  );
}
