/** What a view is to the page. */
import type { Component } from "svelte";
import type { Params } from "./address.ts";

export interface ViewProps {
  /** The view's whole state, as it stands in the address; reactive. */
  readonly params: Params;
  /** Changes it; undefined takes a value out, which is how defaults stay out of the address. */
  readonly set: (changes: Readonly<Record<string, string | undefined>>) => void;
}

export interface View {
  /** Its place in the address: `#/slope`. */
  readonly id: string;
  readonly title: string;
  /** Loads the component, and with it what only this view needs. */
  readonly load: () => Promise<{ readonly default: Component<ViewProps> }>;
}
