import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";
import { TransportProvider } from "@/ipc/context";
import { FakeTransport } from "@/ipc/fake/fake-transport";
import { Markdown } from "./markdown";

function show(text: string): FakeTransport {
  const fake = new FakeTransport();
  render(
    <TransportProvider value={fake}>
      <Markdown text={text} />
    </TransportProvider>,
  );
  return fake;
}

describe("the words of a guide", () => {
  it("open their links in the browser", async () => {
    const fake = show("Read [the guide](https://example.com/a?b=c).");
    await userEvent.click(screen.getByRole("link", { name: /the guide/u }));
    expect(fake.calls).toEqual([
      { command: "open_link", args: { address: "https://example.com/a?b=c" } },
    ]);
  });

  it("have no links but to https, no HTML and no pictures", () => {
    show(
      "[run](javascript:alert(1)) [plain](http://example.com) [file](file:///etc/passwd)\n\n" +
        "<script>alert(1)</script> <b onclick='x()'>bold</b>\n\n![a logo](https://example.com/x.png)",
    );
    expect(screen.queryByRole("link")).toBeNull();
    expect(document.querySelector("script, img, b")).toBeNull();
    expect(document.body).toHaveTextContent(/run plain file/u);
    expect(document.body).toHaveTextContent("a logo");
  });

  it("leave the first two levels of headings to the page", () => {
    show("# Title\n\n## Part\n\n### Detail");
    const levels = screen.getAllByRole("heading").map(({ tagName }) => tagName);
    expect(levels).toEqual(["H3", "H3", "H4"]);
  });
});
