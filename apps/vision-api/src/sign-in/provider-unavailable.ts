/** The provider that signs people in cannot be asked at the moment. */
export class ProviderUnavailable extends Error {
  readonly code = 'provider_unavailable';

  constructor(reason: string, options?: ErrorOptions) {
    super(reason, options);
    this.name = 'ProviderUnavailable';
  }
}
