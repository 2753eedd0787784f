/** Where the service starts a sign-in that ends on `path`, a path of the console. */
export function signInLink(path: string): string {
  const query = new URLSearchParams({ return_to: path });
  return `/dashboard/sign-in?${query.toString()}`;
}
