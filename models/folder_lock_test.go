//go:build linux || darwin

package models_test

import (
	"os"
	"syscall"
	"testing"

	"lightson/models"
)

// Earlier versions call flock on the folder itself.
func TestTheLocksOfEarlierVersionsAndOursExcludeEachOther(t *testing.T) {
	dir := t.TempDir()
	folder, err := os.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer folder.Close()
	flock := func(how int) error { return syscall.Flock(int(folder.Fd()), how|syscall.LOCK_NB) }
	if err := flock(syscall.LOCK_SH); err != nil {
		t.Skip("no locks of folders here:", err)
	}
	if _, locked, err := models.LockFolder(dir); locked || err != nil {
		t.Errorf("locked = %v, %v beside a server of an earlier version", locked, err)
	}
	share, err := models.ShareFolder(ctx, dir)
	if err != nil {
		t.Fatal("no share beside a server of an earlier version:", err)
	}
	if err := flock(syscall.LOCK_EX); err == nil {
		t.Error("a restore by an earlier version does not see our server")
	}
	if err := flock(syscall.LOCK_UN); err != nil {
		t.Fatal(err)
	}
	if err := share.Close(); err != nil {
		t.Fatal(err)
	}
	lock, locked, err := models.LockFolder(dir)
	if err != nil || !locked {
		t.Fatalf("locked = %v, %v in a folder that nobody uses", locked, err)
	}
	defer lock.Close()
	if err := flock(syscall.LOCK_SH); err == nil {
		t.Error("a server of an earlier version does not see our restore")
	}
	if entries, err := os.ReadDir(dir); err != nil || len(entries) > 0 {
		t.Errorf("the lock left %v in the folder, %v", entries, err)
	}
}

func TestAMissingFolderIsNotLocked(t *testing.T) {
	dir := t.TempDir() + "/missing"
	if _, _, err := models.LockFolder(dir); !os.IsNotExist(err) {
		t.Errorf("LockFolder: %v", err)
	}
	if _, err := models.ShareFolder(ctx, dir); !os.IsNotExist(err) {
		t.Errorf("ShareFolder: %v", err)
	}
}
