import { useMutation, useQuery } from "@tanstack/react-query";
import { Copy, Download, ExternalLink, FileSpreadsheet, FolderOpen } from "lucide-react";
import { useState } from "react";
import { toast } from "sonner";
import { Button } from "@/components/ui/button";
import { Menu, MenuItem, MenuSeparator } from "@/components/ui/menu";
import { useTransport } from "@/ipc/context";
import { exportProgressQuery } from "@/ipc/data-queries";
import type { DataTable } from "@/ipc/generated/DataTable";
import type { ExportFormat } from "@/ipc/generated/ExportFormat";
import { copyText } from "@/lib/copy";
import { formatNumber, formatRows } from "@/lib/format";

/** What can be done with a table: export it, and open it elsewhere. */
export function TableMenu({ table, search }: { table: DataTable; search: string }) {
  const transport = useTransport();
  const [id] = useState(() => crypto.randomUUID());
  const progress = useQuery(exportProgressQuery(id)).data;
  const place = { destination: table.destination, stream: table.stream };
  const exporting = useMutation({
    mutationFn: (format: ExportFormat) =>
      transport.invoke("export_data", { order: { ...place, export: id, format, search } }),
    onSuccess: (report) => {
      if (report === null) return;
      toast.success(`${formatRows(report.rows)} exported`, {
        description: [report.path, ...report.notes].join("\n"),
      });
    },
  });
  const show = useMutation({ mutationFn: () => transport.invoke("show_table", place) });
  const open = useMutation({ mutationFn: () => transport.invoke("open_table", place) });
  const copy = async () => {
    if (await copyText(table.path)) toast.success("Path copied");
    else toast.error("Could not copy", { description: table.path });
  };
  if (exporting.isPending) {
    return (
      <div className="flex items-center gap-2">
        <span role="status" className="text-small text-ink-2 tabular-nums">
          {progress ? `${formatNumber(progress.rows)} rows written` : "Exporting"}
        </span>
        <Button size="small" onClick={() => void transport.invoke("cancel_export", { export: id })}>
          Cancel
        </Button>
      </div>
    );
  }
  return (
    <Menu
      trigger={
        <Button size="small" icon={<Download className="size-4" aria-hidden />}>
          Export
        </Button>
      }
    >
      <MenuItem icon={<Download aria-hidden />} onSelect={() => exporting.mutate("csv")}>
        {search === "" ? "As a CSV file" : "Rows that fit, as a CSV file"}
      </MenuItem>
      <MenuItem icon={<FileSpreadsheet aria-hidden />} onSelect={() => exporting.mutate("xlsx")}>
        {search === "" ? "As an Excel workbook" : "Rows that fit, as an Excel workbook"}
      </MenuItem>
      <MenuSeparator />
      <MenuItem icon={<FolderOpen aria-hidden />} onSelect={() => show.mutate()}>
        Show in folder
      </MenuItem>
      <MenuItem icon={<Copy aria-hidden />} onSelect={() => void copy()}>
        Copy path
      </MenuItem>
      <MenuItem icon={<ExternalLink aria-hidden />} onSelect={() => open.mutate()}>
        Open with its program
      </MenuItem>
    </Menu>
  );
}
