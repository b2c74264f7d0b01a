export function labBinary(name: 'minio'): string | null
