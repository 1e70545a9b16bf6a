// Builds the field app, and what older telephones lack to check a card, into scripts that the program
// carries, so that a build of the program needs Rust alone. `node build.mjs FOLDER` writes it elsewhere; CI compares the two byte for byte.
import { build } from "esbuild";

const folder = process.argv[2] ?? "../assets";
const PARTS = [
  ["src/main.ts", "lapangan.js"],
  ["src/worker.ts", "lapangan-luring.js"],
  ["src/cadangan.ts", "kartu-cadangan.js"],
];
for (const [from, to] of PARTS) {
  await build({
    entryPoints: [from],
    outfile: `${folder}/${to}`,
    bundle: true,
    minify: true,
    format: "iife",
    target: "es2020",
    charset: "utf8",
    legalComments: "none",
  });
}
