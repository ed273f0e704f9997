import { Check, Copy } from "lucide-react";
import { useEffect, useState } from "react";
import { toast } from "sonner";
import { IconButton } from "@/components/ui/icon-button";
import { copyText } from "@/lib/copy";

/** How long the tick stands after copying, in milliseconds. */
const TICK = 1_500;

/** Copies a text and says that it did. `text` is asked for only when it is needed. */
export function CopyButton({ label, text }: { label: string; text: () => string }) {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), TICK);
    return () => clearTimeout(timer);
  }, [copied]);
  const copy = async () => {
    if (await copyText(text())) setCopied(true);
    else toast.error("Could not copy", { description: "Select the text and copy it by hand." });
  };
  return (
    <IconButton
      label={copied ? "Copied" : label}
      icon={
        copied ? (
          <Check className="size-4 text-ok" aria-hidden />
        ) : (
          <Copy className="size-4" aria-hidden />
        )
      }
      onClick={() => void copy()}
    />
  );
}
