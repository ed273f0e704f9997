import { useMutation, useQueryClient } from "@tanstack/react-query";
import { FolderInput, FolderOutput } from "lucide-react";
import { useState } from "react";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { useTransport } from "@/ipc/context";
import type { ImportReport } from "@/ipc/generated/ImportReport";
import type { ProjectReport } from "@/ipc/generated/ProjectReport";
import { plural } from "@/lib/format";
import { Row } from "./setting-rows";

/** Everything as a plain Meltano project, and an existing one taken over. */
export function ProjectRows() {
  const transport = useTransport();
  const client = useQueryClient();
  const [exported, setExported] = useState<ProjectReport | null>(null);
  const [imported, setImported] = useState<ImportReport | null>(null);
  const exporting = useMutation({
    mutationFn: () => transport.invoke("export_project", { title: "Export as a Meltano project" }),
    onSuccess: setExported,
  });
  const importing = useMutation({
    mutationFn: () => transport.invoke("import_project", { title: "Choose a meltano.yml" }),
    onSuccess: setImported,
    onSettled: () => {
      for (const key of ["integrations", "destinations", "drafts"]) {
        void client.invalidateQueries({ queryKey: [key] });
      }
    },
  });
  return (
    <>
      <Row
        title="Export as a Meltano project"
        detail="For a server: connectors, jobs, schedules, selection and sync states. Secrets stay in your keychain."
      >
        <Button
          size="small"
          busy={exporting.isPending}
          icon={<FolderOutput className="size-3.5" aria-hidden />}
          onClick={() => exporting.mutate()}
        >
          Export
        </Button>
      </Row>
      <Row
        title="Import a Meltano project"
        detail="Takes over what a meltano.yml has. Secrets are asked for afterwards."
      >
        <Button
          size="small"
          busy={importing.isPending}
          icon={<FolderInput className="size-3.5" aria-hidden />}
          onClick={() => importing.mutate()}
        >
          Import
        </Button>
      </Row>
      {exported && (
        <Outcome
          title={`${plural(exported.jobs.length, "job")} exported`}
          description={exported.folder}
          lists={[
            ["To be set in its .env", exported.variables],
            ["To know", exported.notes],
          ]}
          onClose={() => setExported(null)}
        />
      )}
      {imported && (
        <Outcome
          title={`${plural(imported.integrations.length, "integration")} taken over`}
          description="What is not finished waits in the list of integrations."
          lists={[
            [
              "Secrets to enter",
              imported.integrations
                .filter(({ secrets }) => secrets.length > 0)
                .map(({ name, secrets }) => `${name}: ${secrets.join(", ")}`),
            ],
            ["Not taken over", imported.left_out],
          ]}
          onClose={() => setImported(null)}
        />
      )}
    </>
  );
}

interface OutcomeProps {
  title: string;
  description: string;
  lists: readonly (readonly [string, readonly string[]])[];
  onClose: () => void;
}

function Outcome({ title, description, lists, onClose }: OutcomeProps) {
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={title}
      description={description}
      footer={
        <Button kind="primary" onClick={onClose}>
          Close
        </Button>
      }
    >
      {lists
        .filter(([, lines]) => lines.length > 0)
        .map(([name, lines]) => (
          <div key={name} className="mb-3">
            <h3 className="font-medium">{name}</h3>
            <ul className="list-disc pl-5 text-small wrap-anywhere text-ink-2">
              {lines.map((line) => (
                <li key={line}>{line}</li>
              ))}
            </ul>
          </div>
        ))}
    </Dialog>
  );
}
