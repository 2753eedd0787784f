import { type Express } from 'express';

/** The part of Express's router that says which routes there are. */
interface Layer {
  readonly route?: { readonly methods: Readonly<Record<string, boolean>> };
  match(path: string): boolean;
}

/** @returns the methods, in capitals, of all routes that match the path */
export function allowedMethods(express: Express, path: string): string[] {
  const layers = express.router.stack as unknown as readonly Layer[];
  const methods = new Set<string>();
  for (const layer of layers) {
    if (layer.route === undefined || !layer.match(path)) continue;
    for (const method of Object.keys(layer.route.methods)) methods.add(method.toUpperCase());
  }
  // Express answers HEAD by the route for GET.
  if (methods.has('GET')) methods.add('HEAD');
  return [...methods].sort();
}
