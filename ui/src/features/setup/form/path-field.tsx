import { useMutation } from "@tanstack/react-query";
import { Button } from "@/components/ui/button";
import { useTransport } from "@/ipc/context";
import { TextField } from "./plain-fields";
import type { ValueProps } from "./value-props";

/** The path of a file or folder: typed, or chosen with the system's own dialog. */
export function PathField({ folder, ...props }: ValueProps & { folder: boolean }) {
  const transport = useTransport();
  const choose = useMutation({
    mutationFn: () => transport.invoke("choose_path", { folder, title: props.label }),
    onSuccess: (path) => {
      if (path !== null) props.onChange(path);
    },
  });
  return (
    <span className="flex gap-1.5">
      <TextField {...props} />
      <Button
        busy={choose.isPending}
        aria-label={`Choose ${folder ? "a folder" : "a file"} for ${props.label}`}
        onClick={() => choose.mutate()}
      >
        Choose…
      </Button>
    </span>
  );
}
