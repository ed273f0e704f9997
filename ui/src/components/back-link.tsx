import { Link, type LinkProps } from "@tanstack/react-router";
import { ChevronLeft } from "lucide-react";
import type { ReactNode } from "react";

interface BackLinkProps extends Pick<LinkProps, "to" | "params" | "search" | "state"> {
  children: ReactNode;
}

/** The way back to the page above. */
export function BackLink({ children, ...target }: BackLinkProps) {
  return (
    <Link
      {...target}
      className="mb-3 -ml-1 inline-flex max-w-full items-center gap-1 rounded-sm pr-1 text-small text-ink-2 hover:text-ink"
    >
      <ChevronLeft className="size-4 shrink-0" aria-hidden />
      <span className="truncate">{children}</span>
    </Link>
  );
}
