import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { Button } from "@/components/ui/button";
import { Input } from "@/components/ui/input";
import { useSettings } from "@/features/settings/api/scope";
import { useTransport } from "@/ipc/context";
import { refusalText, Row, useRowIds } from "./setting-rows";

/** How the app reaches the network. */
export function NetworkRows() {
  return (
    <>
      <ProxyRow />
      <CertificatesRow />
    </>
  );
}

/** An address is saved when its field is left: half of one would be refused. */
function ProxyRow() {
  const { settings, change, refusedFor } = useSettings();
  const ids = useRowIds();
  const saved = settings.proxy ?? "";
  const refused = refusedFor("proxy");
  const [typed, setTyped] = useState(saved);
  const [known, setKnown] = useState(saved);
  if (known !== saved) {
    setKnown(saved);
    if (refused === undefined) setTyped(saved);
  }
  const keep = () => {
    const proxy = typed.trim() === "" ? null : typed.trim();
    if (proxy !== settings.proxy) change({ proxy });
  };
  const error = refusalText(refused);
  return (
    <Row
      title="Proxy"
      detail="For syncs and for fetching connectors. Empty: what the system says."
      ids={ids}
      error={error}
    >
      <Input
        aria-labelledby={ids.title}
        aria-describedby={error === undefined ? ids.detail : ids.error}
        aria-invalid={error !== undefined}
        className="w-72!"
        placeholder="http://proxy.example.com:8080"
        spellCheck={false}
        value={typed}
        onChange={({ target }) => setTyped(target.value)}
        onBlur={keep}
        onKeyDown={({ key }) => {
          if (key === "Enter") keep();
        }}
      />
    </Row>
  );
}

function CertificatesRow() {
  const { settings, change, refusedFor } = useSettings();
  const transport = useTransport();
  const choose = useMutation({
    mutationFn: () =>
      transport.invoke("choose_path", { folder: false, title: "Choose certificates" }),
    onSuccess: (certificates) => {
      if (certificates !== null) change({ certificates });
    },
  });
  return (
    <Row
      title="Certificates"
      detail={
        settings.certificates ??
        "A file (PEM) to trust besides the usual ones, where your company has its own."
      }
      error={refusalText(refusedFor("certificates"))}
    >
      {settings.certificates !== null && (
        <Button
          size="small"
          kind="quiet"
          aria-label="Remove the certificates"
          onClick={() => change({ certificates: null })}
        >
          Remove
        </Button>
      )}
      <Button
        size="small"
        busy={choose.isPending}
        aria-label="Choose a file of certificates"
        onClick={() => choose.mutate()}
      >
        Choose…
      </Button>
    </Row>
  );
}
