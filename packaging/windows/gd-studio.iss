; The installer of GD Studio for Windows, for Inno Setup 6.3 and newer.
;
; Not yet run on Windows: written from the documentation of Inno Setup. Not signed, so SmartScreen
; asks whoever downloads it.
;
;     iscc /DVersion=0.1.0 packaging\windows\gd-studio.iss
;
; build.ps1 does that, after all that has to be there first. It installs for one user, and needs no
; administrator. What the user has made and set lies elsewhere: an update and the uninstaller leave
; the settings (HKCU\Software\GD Studio), the crash log and every experiment as they are.

#ifndef Version
  #error Name the version, as in: iscc /DVersion=0.1.0 packaging\windows\gd-studio.iss
#endif
#if Ver < EncodeVer(6, 3, 0)
  #error This needs Inno Setup 6.3 or newer.
#endif

#define Frozen "dist\gd-studio"
; The four numbers of the version, as they are in the program.
#define Numbers GetVersionNumbersString(AddBackslash(SourcePath) + "..\..\dist\gd-studio\gd-studio.exe")
#define Kind "GDStudio.Experiment"

[Setup]
; What an update recognises the installed version by: it never changes.
AppId={{C88750B0-2A00-42F1-90F7-4D6A150FCCA4}
AppName=GD Studio
AppVersion={#Version}
AppPublisher=The GD Studio authors
VersionInfoVersion={#Numbers}
UninstallDisplayName=GD Studio
UninstallDisplayIcon={app}\gd-studiow.exe

PrivilegesRequired=lowest
DefaultDirName={localappdata}\Programs\GD Studio
DisableProgramGroupPage=yes
ArchitecturesAllowed=x64compatible
ArchitecturesInstallIn64BitMode=x64compatible
; Windows 10 1809, the oldest that Qt 6.11 runs on.
MinVersion=10.0.17763
ChangesAssociations=yes
ChangesEnvironment=yes
; A program that runs is closed first. Its window is asked to; its engines have none that could be
; asked, so that they may take force.
CloseApplications=force
CloseApplicationsFilter=*.exe,*.dll,*.pyd
RestartApplications=no

SourceDir=..\..
LicenseFile=LICENSE
SetupIconFile=build\icons\gd-studio.ico
WizardStyle=modern
Compression=lzma2
SolidCompression=yes
OutputDir=dist
OutputBaseFilename=gd-studio-{#Version}-windows-x64

[Languages]
Name: "english"; MessagesFile: "compiler:Default.isl"

[Tasks]
Name: "desktopicon"; Description: "{cm:CreateDesktopIcon}"; Flags: unchecked
Name: "path"; Description: "Add the command gd-studio to the PATH of terminals"; Flags: unchecked

[InstallDelete]
; An older version's modules and libraries would be found beside the new ones.
Type: filesandordirs; Name: "{app}\_internal"
Type: filesandordirs; Name: "{app}\licences"

[Files]
Source: "{#Frozen}\*"; DestDir: "{app}"; Flags: recursesubdirs createallsubdirs ignoreversion
Source: "build\icons\gd-studio-experiment.ico"; DestDir: "{app}"; Flags: ignoreversion
Source: "LICENSE"; DestDir: "{app}"; Flags: ignoreversion

[Icons]
Name: "{autoprograms}\GD Studio"; Filename: "{app}\gd-studiow.exe"; Parameters: "open"; Comment: "See gradient descent happen"
Name: "{autodesktop}\GD Studio"; Filename: "{app}\gd-studiow.exe"; Parameters: "open"; Tasks: desktopicon

[Registry]
; HKA is the user's own part of the registry here.
Root: HKA; Subkey: "Software\Classes\{#Kind}"; ValueType: string; ValueName: ""; ValueData: "GD Studio experiment"; Flags: uninsdeletekey
Root: HKA; Subkey: "Software\Classes\{#Kind}\DefaultIcon"; ValueType: string; ValueName: ""; ValueData: "{app}\gd-studio-experiment.ico"
Root: HKA; Subkey: "Software\Classes\{#Kind}\shell\open\command"; ValueType: string; ValueName: ""; ValueData: """{app}\gd-studiow.exe"" open ""%1"""
Root: HKA; Subkey: "Software\Classes\.gdstudio"; Flags: uninsdeletekeyifempty
Root: HKA; Subkey: "Software\Classes\.gdstudio"; ValueType: string; ValueName: ""; ValueData: "{#Kind}"; Flags: uninsdeletevalue
Root: HKA; Subkey: "Software\Classes\.gdstudio"; ValueType: string; ValueName: "Content Type"; ValueData: "application/vnd.gd-studio.experiment+json"; Flags: uninsdeletevalue
Root: HKA; Subkey: "Software\Classes\.gdstudio\OpenWithProgids"; Flags: uninsdeletekeyifempty
Root: HKA; Subkey: "Software\Classes\.gdstudio\OpenWithProgids"; ValueType: string; ValueName: "{#Kind}"; ValueData: ""; Flags: uninsdeletevalue
; Open With offers GD Studio for these two; .json stays with the program it belongs to.
Root: HKA; Subkey: "Software\Classes\Applications\gd-studiow.exe"; Flags: uninsdeletekey
Root: HKA; Subkey: "Software\Classes\Applications\gd-studiow.exe\shell\open\command"; ValueType: string; ValueName: ""; ValueData: """{app}\gd-studiow.exe"" open ""%1"""
Root: HKA; Subkey: "Software\Classes\Applications\gd-studiow.exe\SupportedTypes"; ValueType: string; ValueName: ".gdstudio"; ValueData: ""
Root: HKA; Subkey: "Software\Classes\Applications\gd-studiow.exe\SupportedTypes"; ValueType: string; ValueName: ".json"; ValueData: ""

[Run]
Filename: "{app}\gd-studiow.exe"; Parameters: "open"; Description: "{cm:LaunchProgram,GD Studio}"; Flags: nowait postinstall skipifsilent

[UninstallDelete]
Type: filesandordirs; Name: "{app}\_internal"

[Code]
// --- the PATH of the user, where [Registry] could add but not remove ---------------------------

// Return the folders of Path but for Folder, and whether that was among them.
function PathWithout(Path, Folder: String; var WasThere: Boolean): String;
var
  Entry: String;
  Place: Integer;
begin
  Result := '';
  WasThere := False;
  while Path <> '' do
  begin
    Place := Pos(';', Path);
    if Place = 0 then
      Place := Length(Path) + 1;
    Entry := Copy(Path, 1, Place - 1);
    Delete(Path, 1, Place);
    if CompareText(RemoveBackslashUnlessRoot(Entry), Folder) = 0 then
      WasThere := True
    else if Entry <> '' then
    begin
      if Result <> '' then
        Result := Result + ';';
      Result := Result + Entry;
    end;
  end;
end;

procedure SetOnPath(Wanted: Boolean);
var
  Folder, Path, Others: String;
  IsThere: Boolean;
begin
  Path := '';
  if RegValueExists(HKCU, 'Environment', 'Path') and
    not RegQueryStringValue(HKCU, 'Environment', 'Path', Path) then
  begin
    Log('The PATH of the user is not text, and is left as it is.');
    Exit;
  end;
  Folder := RemoveBackslashUnlessRoot(ExpandConstant('{app}'));
  Others := PathWithout(Path, Folder, IsThere);
  if Wanted = IsThere then
    Exit;
  if Wanted then
  begin
    if Others <> '' then
      Folder := Others + ';' + Folder;
    RegWriteExpandStringValue(HKCU, 'Environment', 'Path', Folder);
  end
  else if Others <> '' then
    RegWriteExpandStringValue(HKCU, 'Environment', 'Path', Others)
  else
    RegDeleteValue(HKCU, 'Environment', 'Path');
end;

procedure CurStepChanged(CurStep: TSetupStep);
begin
  if CurStep = ssPostInstall then
    SetOnPath(WizardIsTaskSelected('path'));
end;

procedure CurUninstallStepChanged(CurUninstallStep: TUninstallStep);
begin
  if CurUninstallStep = usPostUninstall then
    SetOnPath(False);
end;

// --- a program that runs cannot be removed; only Setup closes it by itself ----------------------

// Windows lets nobody write to a program that runs.
function IsRunning(Name: String): Boolean;
var
  Executable: TFileStream;
begin
  Result := False;
  Name := ExpandConstant('{app}\') + Name;
  if FileExists(Name) then
    try
      Executable := TFileStream.Create(Name, fmOpenReadWrite or fmShareDenyNone);
      Executable.Free;
    except
      Result := True;
    end;
end;

function InitializeUninstall(): Boolean;
begin
  Result := True;
  while Result and (IsRunning('gd-studiow.exe') or IsRunning('gd-studio.exe')) do
    Result := SuppressibleMsgBox('GD Studio is running. Close it, then choose Retry.',
      mbError, MB_RETRYCANCEL, IDCANCEL) = IDRETRY;
end;
