/// <reference types="svelte" />
/// <reference types="vite/client" />

declare module "virtual:palette.css";

declare module "virtual:course" {
  export const chapters: readonly {
    /** 1-loss */
    readonly id: string;
    readonly title: string;
    /** The address of the live view that stands beside it. */
    readonly address: string;
    /** What to do there, as HTML. */
    readonly task: string;
    /** As HTML. */
    readonly html: string;
  }[];
}
