/** What is used of it; it comes without types. */
declare module 'passport-openidconnect' {
  import { Strategy as PassportStrategy } from 'passport';

  type Exchange = (
    code: string,
    parameters: Record<string, string>,
    callback: (...answer: unknown[]) => void,
  ) => void;

  export class Strategy extends PassportStrategy {
    constructor(
      options: Readonly<Record<string, string | boolean>>,
      verify: (
        issuer: string,
        profile: object,
        done: (error: Error | null, user: object) => void,
      ) => void,
    );
    /** Further parameters of the authorization request. */
    authorizationParams(): Record<string, string>;
    readonly _oauth2: { getOAuthAccessToken: Exchange };
  }
}
