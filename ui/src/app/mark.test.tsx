import { render } from "@testing-library/react";
import { expect, it } from "vitest";
// eslint-disable-next-line no-restricted-imports -- the icon lies outside the sources of the window
import icon from "../../../icons/tributary.svg?raw";
import { Mark } from "./mark";

it("is the drawing of the app's icon", () => {
  const { container } = render(<Mark />);
  const drawn = [...container.querySelectorAll("path")].map((path) => path.getAttribute("d"));
  const wanted = [...icon.matchAll(/ d="([^"]+)"/gu)].map(([, path]) => path);
  expect(wanted).toHaveLength(3);
  expect(drawn).toEqual(wanted);
});
