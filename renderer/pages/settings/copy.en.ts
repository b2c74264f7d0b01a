export const settingsEn = {
  title: 'Settings',
  thisPage: 'This page',
  theme: 'Theme',
  themeAuto: 'System',
  themeLight: 'Light',
  themeDark: 'Dark',
  language: 'Language',
  english: 'English',
  french: 'Français',
} as const
