import { CopyButton } from "@/components/copy-button";
import { Dialog } from "@/components/ui/dialog";

interface StateDialogProps {
  title: string;
  /** What is kept, as the connector wrote it. */
  raw: unknown;
  onClose: () => void;
}

/** The sync state, as the connector wrote it. */
export function StateDialog({ title, raw, onClose }: StateDialogProps) {
  const text = JSON.stringify(raw, null, 2);
  return (
    <Dialog
      open
      wide
      onOpenChange={onClose}
      title={title}
      description="Up to where it was brought in, as the connector keeps it."
    >
      <div className="relative">
        <span className="absolute top-1.5 right-1.5">
          <CopyButton label="Copy the state" text={() => text} />
        </span>
        <pre
          tabIndex={0}
          aria-label="State"
          className="max-h-[50vh] scroll-area rounded-control border border-line bg-canvas p-3 font-mono text-tiny"
        >
          {text}
        </pre>
      </div>
    </Dialog>
  );
}
