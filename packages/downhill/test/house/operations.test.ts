/** The page of operations says what the records say. */
import { expect, test } from "vitest";
import { operationsPage } from "./operations-page.ts";

test("docs/operations.md is current; --update writes it anew", async () => {
  await expect(await operationsPage()).toMatchFileSnapshot("../../../../docs/operations.md");
});
