import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { SearchX } from "lucide-react";
import { EmptyState } from "@/components/states";
import { Button } from "@/components/ui/button";
import { useTransport } from "@/ipc/context";
import { connectorsQuery } from "@/ipc/queries";

interface NothingFoundProps {
  text: string;
  filtered: boolean;
  onClearFilters: () => void;
  onClearText: () => void;
}

/** Says that nothing was found, and what else may help. */
export function NothingFound({ text, filtered, onClearFilters, onClearText }: NothingFoundProps) {
  const navigate = useNavigate();
  const { data: known } = useQuery(connectorsQuery(useTransport()));
  const rest = known?.find(({ plugin }) => plugin.startsWith("tap-rest-api"));
  return (
    <EmptyState
      icon={<SearchX aria-hidden />}
      title={text === "" ? "No connector fits these filters" : `Nothing found for “${text}”`}
      action={
        <span className="flex flex-wrap justify-center gap-2">
          {filtered ? (
            <Button kind="primary" onClick={onClearFilters}>
              Clear the filters
            </Button>
          ) : (
            text !== "" && (
              <Button kind="primary" onClick={onClearText}>
                Show all connectors
              </Button>
            )
          )}
          {rest && (
            <Button
              onClick={() =>
                void navigate({
                  to: "/marketplace/$kind/$id",
                  params: { kind: rest.kind, id: rest.type },
                })
              }
            >
              Use the REST connector
            </Button>
          )}
        </span>
      }
    >
      {filtered
        ? "The filters hide some connectors. Without them there may be one that fits."
        : "Try a shorter or another name, for instance that of the company behind it."}
      {rest && " Many tools without a connector have a web API: the REST connector reads those."}
    </EmptyState>
  );
}
