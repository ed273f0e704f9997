import { useId, useState } from "react";
import { useConnectorLabel } from "@/components/connector-tile";
import { CopyButton } from "@/components/copy-button";
import { TextArea } from "@/components/ui/input";
import type { Integration } from "@/ipc/generated/Integration";
import type { Problem } from "@/ipc/generated/Problem";

interface AskMessageProps {
  integration: Integration;
  problem: Problem;
}

/** A message for the administrator, ready to be sent; it can be changed before it is copied. */
export function AskMessage({ integration, problem }: AskMessageProps) {
  const source = useConnectorLabel(integration.type);
  const [text, setText] = useState<string | null>(null);
  const id = useId();
  const message = text ?? messageOf(source, integration.name, problem);
  return (
    <div>
      <div className="mb-1.5 flex items-center justify-between">
        <label htmlFor={id} className="text-small font-medium">
          A message you can send
        </label>
        <span className="flex items-center text-small text-ink-2">
          Copy
          <CopyButton label="Copy the message" text={() => message} />
        </span>
      </div>
      <TextArea
        id={id}
        rows={12}
        value={message}
        onChange={({ target }) => setText(target.value)}
      />
    </div>
  );
}

function messageOf(source: string, name: string, problem: Problem): string {
  return [
    "Hello,",
    "",
    `I use Tributary, a program on my computer, to read our data from ${source} (“${name}”). It only reads, and signs in as me.`,
    "",
    `Now ${source} does not let it in: ${problem.explanation}`,
    ...(problem.details === null ? [] : ["", `Its own words: ${problem.details}`]),
    "",
    `Could you please look into it? Tributary says: “${problem.hint}”`,
    "",
    "Thank you!",
  ].join("\n");
}
