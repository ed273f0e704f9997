import { ExternalLink as Icon } from "lucide-react";
import type { MouseEvent, ReactNode } from "react";
import { toast } from "sonner";
import { useTransport } from "@/ipc/context";
import { toApiError } from "@/ipc/errors";

interface ExternalLinkProps {
  address: string;
  /** Shows the sign of a link that leaves the app. */
  marked?: boolean;
  children: ReactNode;
}

/** A link that opens in the browser, never in the window of the app. Only https is opened: anything else is plain text. */
export function ExternalLink({ address, marked = false, children }: ExternalLinkProps) {
  const transport = useTransport();
  if (!/^https:\/\//iu.test(address)) return <>{children}</>;
  const open = (event: MouseEvent) => {
    // Also for the middle button: the window itself never leaves the app.
    event.preventDefault();
    transport.invoke("open_link", { address }).catch((error: unknown) => {
      const { message, hint } = toApiError(error);
      toast.error(message, { description: hint });
    });
  };
  return (
    <a
      href={address}
      title={address}
      onClick={open}
      onAuxClick={open}
      className="cursor-pointer rounded-sm text-accent-ink underline decoration-accent/40 underline-offset-3 hover:decoration-accent"
    >
      {children}
      {marked && <Icon className="ml-1 inline size-3.5 align-[-2px]" aria-hidden />}
      <span className="sr-only"> (opens in the browser)</span>
    </a>
  );
}
