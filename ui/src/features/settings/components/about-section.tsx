import { useQuery } from "@tanstack/react-query";
import { Scale } from "lucide-react";
import { useState } from "react";
import { CopyButton } from "@/components/copy-button";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { Skeleton } from "@/components/ui/skeleton";
import { useTransport } from "@/ipc/context";
import { toApiError } from "@/ipc/errors";
import { appInfoQuery } from "@/ipc/queries";
import { ProjectRows } from "./project-rows";
import { Row } from "./setting-rows";

/** What the app is and where it keeps its data. */
export function AboutRows() {
  const info = useQuery(appInfoQuery(useTransport()));
  const [licences, setLicences] = useState(false);
  if (info.isPending) {
    return (
      <div className="space-y-3 p-4" role="status" aria-label="Loading">
        <Skeleton className="h-4 w-1/4" />
        <Skeleton className="h-4 w-3/5" />
      </div>
    );
  }
  if (info.isError) {
    const { message, hint } = toApiError(info.error);
    return (
      <Row title="Not known" detail={`${message} ${hint}`}>
        <Button size="small" busy={info.isFetching} onClick={() => void info.refetch()}>
          Try again
        </Button>
      </Row>
    );
  }
  const { version, data_folder } = info.data;
  return (
    <>
      <Row title="Tributary" detail={`Version ${version}`}>
        <CopyButton label="Copy the version" text={() => `Tributary ${version}`} />
      </Row>
      <Row title="Data folder" detail={data_folder}>
        <CopyButton label="Copy the data folder" text={() => data_folder} />
      </Row>
      <ProjectRows />
      <Row
        title="Licences"
        detail="Free software: MIT or Apache-2.0, at your choice. It stands on the work of many others."
      >
        <Button
          size="small"
          icon={<Scale className="size-3.5" aria-hidden />}
          onClick={() => setLicences(true)}
        >
          Show licences
        </Button>
      </Row>
      <Licences open={licences} onOpenChange={setLicences} />
    </>
  );
}

/** What the app is made of, with the licence of each. Connectors show their own in the marketplace. */
const parts: readonly [string, string][] = [
  ["Tributary", "MIT or Apache-2.0"],
  ["Meltano", "MIT"],
  ["Python", "PSF-2.0"],
  ["uv", "MIT or Apache-2.0"],
  ["Tauri", "MIT or Apache-2.0"],
  ["Rust libraries", "MIT, Apache-2.0, BSD, ISC, MPL-2.0"],
  ["SQLite", "Public domain"],
  ["React, TanStack, Radix, Tailwind CSS", "MIT"],
  ["Lucide icons", "ISC"],
  ["Inter typeface", "OFL-1.1"],
];

function Licences({
  open,
  onOpenChange,
}: {
  open: boolean;
  onOpenChange: (open: boolean) => void;
}) {
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title="Licences"
      description="What Tributary is made of. The licence of each connector stands on its page in the marketplace."
      footer={
        <Button kind="primary" onClick={() => onOpenChange(false)}>
          Close
        </Button>
      }
    >
      <dl className="divide-y divide-line text-small">
        {parts.map(([name, licence]) => (
          <div key={name} className="flex flex-wrap justify-between gap-x-4 py-2">
            <dt className="font-medium">{name}</dt>
            <dd className="text-ink-2">{licence}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
