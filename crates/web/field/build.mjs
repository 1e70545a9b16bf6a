// Builds the field app into one script that the program carries, so that a build of the program needs
// Rust alone. `node build.mjs FOLDER` writes it elsewhere; CI compares the two byte for byte.
import { build } from "esbuild";

const folder = process.argv[2] ?? "../assets";
for (const [from, to] of [["src/main.ts", "lapangan.js"], ["src/worker.ts", "lapangan-luring.js"]]) {
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
