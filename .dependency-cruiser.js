import { closedTo, dependent, doors, floors, rooms } from "./floors.js";

const src = "packages/downhill/src";
const folders = (names) => `^${src}/(${names.join("|")})/`;

const upward = floors.slice(0, -1).map((floor, level) => ({
  name: `${floor}-imports-upward`,
  comment: `${floor} may import only: ${floors.slice(0, level + 1).join(", ")} (floors.js)`,
  severity: "error",
  from: { path: folders([floor]) },
  to: { path: folders(floors.slice(level + 1)) },
}));

const closed = Object.entries(closedTo).map(([floor, names]) => ({
  name: `${floor}-imports-closed-floor`,
  comment: `${floor} may not import ${names.join(", ")} (floors.js)`,
  severity: "error",
  from: { path: folders([floor]) },
  to: { path: folders(names) },
}));

const { floor, below, above } = rooms;
const apart = [below, ...above].map((room) => ({
  name: `${floor}-${room}-imports-room`,
  comment: `what ${floor}/${room} has in common with other rooms of its floor lies in ${floor}/${below} (floors.js)`,
  severity: "error",
  from: { path: `^${src}/${floor}/${room}/` },
  to: { path: `^${src}/${floor}/`, pathNot: `^${src}/${floor}/(${room}|${below})/` },
}));

const shut = Object.entries(doors).map(([door, names]) => ({
  name: `${door}-lets-in`,
  comment: `nothing of ${names.join(", ")} comes in by ${door}.ts (floors.js): it has a door of its own`,
  severity: "error",
  from: { path: `^${src}/${door}.ts$` },
  to: { path: folders(names), reachable: true },
}));

/** @type {import("dependency-cruiser").IConfiguration} */
export default {
  forbidden: [
    {
      name: "cycle",
      comment: "modules import each other in a circle (type imports count)",
      severity: "error",
      from: {},
      to: { circular: true },
    },
    ...upward,
    ...closed,
    ...apart,
    ...shut,
    {
      name: "unlisted-floor",
      comment: "a folder of the library that floors.js does not list",
      severity: "error",
      from: { path: `^${src}/[^/]+/`, pathNot: folders(floors) },
      to: {},
    },
    {
      name: "floor-imports-door",
      comment: "a floor imports a file that lies directly in src/",
      severity: "error",
      from: { path: `^${src}/[^/]+/` },
      to: { path: `^${src}/[^/]+$` },
    },
    {
      name: "library-has-no-dependencies",
      comment: `packages/downhill has no runtime dependency; ${dependent.on} is built into its entry downhill/${dependent.floor}`,
      severity: "error",
      from: { path: `^${src}/`, pathNot: `^${src}/${dependent.floor}/` },
      to: { dependencyTypes: ["npm", "npm-dev", "npm-optional", "npm-peer", "npm-no-pkg", "npm-unknown"] },
    },
    {
      name: "one-dependency",
      comment: `${dependent.floor} depends on ${dependent.on} and nothing else`,
      severity: "error",
      from: { path: `^${src}/${dependent.floor}/` },
      to: {
        dependencyTypes: ["npm", "npm-dev", "npm-optional", "npm-peer", "npm-no-pkg", "npm-unknown"],
        pathNot: `node_modules/${dependent.on}/`,
      },
    },
    {
      name: "unlisted-door",
      comment: "a file that lies directly in src/ is a door, and floors.js lists them",
      severity: "error",
      from: { path: `^${src}/[^/]+.ts$`, pathNot: `^${src}/(${Object.keys(doors).join("|")}).ts$` },
      to: {},
    },
    {
      name: "library-runs-in-browsers",
      comment: "a module of Node may only be imported dynamically, where it is needed",
      severity: "error",
      from: { path: `^${src}/` },
      to: { dependencyTypes: ["core"], dynamic: false },
    },
    {
      name: "past-the-door",
      comment: "outside the library, import one of its doors: downhill, downhill/learn, ...",
      severity: "error",
      from: { path: "^(packages|bench)/", pathNot: "^packages/downhill/" },
      to: { path: `^${src}/[^/]+/` },
    },
    {
      name: "source-imports-test",
      severity: "error",
      from: { path: "^packages/[^/]+/src/" },
      to: { path: "^packages/[^/]+/test/|^test/" },
    },
    {
      name: "unresolved",
      comment: "the import leads nowhere",
      severity: "error",
      from: {},
      // What the build of the studio makes up itself.
      to: { couldNotResolve: true, pathNot: "^virtual:" },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    doNotFollow: { path: "node_modules" },
    exclude: { path: "/dist/|/node_modules/\\.cache/" },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["downhill-source", "import", "node", "default", "types"],
    },
  },
};
