export declare const load: (specifier: string) => Promise<unknown>;
