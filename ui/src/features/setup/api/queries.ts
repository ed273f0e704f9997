import { queryOptions } from "@tanstack/react-query";
import type { ConnectorKind } from "@/ipc/generated/ConnectorKind";
import type { Subject } from "@/ipc/generated/Subject";
import { tagKey } from "@/ipc/queries";
import type { Transport } from "@/ipc/transport";

/** The form of a connector. Which secrets are saved is known from the draft, so it is asked without them. */
export function formQuery(transport: Transport, kind: ConnectorKind, id: string) {
  return queryOptions({
    queryKey: ["connectors", kind, id, "form"],
    queryFn: () => transport.invoke("connector_form", { kind, id, saved: [] }),
    staleTime: Infinity,
  });
}

/** What a source offers. Asking may take minutes, so it is asked once and again only when somebody wants to. */
export function offerQuery(transport: Transport, subject: Subject) {
  return queryOptions({
    queryKey: [...tagKey({ tag: "offer", id: subject }), "streams"],
    queryFn: () => transport.invoke("get_offer", { subject, refresh: false }),
    staleTime: Infinity,
  });
}

/** The fields of a stream. */
export function fieldsQuery(transport: Transport, subject: Subject, stream: string) {
  return queryOptions({
    queryKey: [...tagKey({ tag: "offer", id: subject }), "fields", stream],
    queryFn: () => transport.invoke("list_fields", { subject, stream }),
    staleTime: Infinity,
  });
}

/** How many fields a search shows. */
const FOUND_FIELDS = 500;

/** Fields whose name holds a text. */
export function fieldSearchQuery(transport: Transport, subject: Subject, text: string) {
  return queryOptions({
    queryKey: [...tagKey({ tag: "offer", id: subject }), "field-search", text],
    queryFn: () => transport.invoke("search_fields", { subject, text, limit: FOUND_FIELDS }),
    enabled: text.length > 1,
    placeholderData: (before) => before,
  });
}

/** Some rows of a stream. */
export function sampleQuery(transport: Transport, subject: Subject, stream: string) {
  return queryOptions({
    queryKey: [...tagKey({ tag: "offer", id: subject }), "sample", stream],
    queryFn: () => transport.invoke("sample_rows", { subject, stream }),
    staleTime: Infinity,
  });
}
