export function labBinary(name: 'minio' | 'ferretdb'): string | null
