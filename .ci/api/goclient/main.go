// Goclient is a program as its readers would write it, with a client that oapi-codegen makes of
// the description of the API. The tests make the client, run this against a server, and compare
// what it says with what a TypeScript program says, see ../client.ts.
package main

import (
	"context"
	"fmt"
	"log"
	"os"
	"time"
)

func main() {
	api, err := NewClientWithResponses(os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	ctx := context.Background()
	for _, step := range []func(context.Context, *ClientWithResponses) error{walkStores, showStore, makeReport, correct} {
		if err := step(ctx, api); err != nil {
			log.Fatal(err)
		}
	}
}

var first string // the id of the first store

func walkStores(ctx context.Context, api *ClientWithResponses) error {
	limit, stores, up := Limit(7), 0, int64(0)
	for query := (&ListStoresParams{Limit: &limit}); ; {
		answer, err := api.ListStoresWithResponse(ctx, query)
		if err != nil {
			return err
		}
		if answer.JSON200 == nil {
			return fmt.Errorf("stores: %s", answer.Status())
		}
		for _, store := range answer.JSON200.Stores {
			if first == "" {
				first = store.Id
			}
			stores, up = stores+1, up+store.Windows.LastWeek.UpUs
		}
		if query.Cursor = answer.JSON200.NextCursor; query.Cursor == nil {
			break
		}
	}
	fmt.Println("stores", stores, "up", up)
	return nil
}

func showStore(ctx context.Context, api *ClientWithResponses) error {
	answer, err := api.ShowStoreWithResponse(ctx, first, nil)
	if err != nil {
		return err
	}
	store := answer.JSON200
	fmt.Println("store", store.Id, store.Zone, store.State, store.Windows.LastWeek.AvailabilityText)
	answer, err = api.ShowStoreWithResponse(ctx, "no/such store", nil)
	if err != nil {
		return err
	}
	fmt.Println("unknown", answer.StatusCode(), answer.ApplicationproblemJSON404.Title)
	return nil
}

func makeReport(ctx context.Context, api *ClientWithResponses) error {
	key := IdempotencyKey("of the Go client")
	ask := func() (*AskReportResponse, error) {
		return api.AskReportWithResponse(ctx, &AskReportParams{IdempotencyKey: &key}, AskReportJSONRequestBody{})
	}
	asked, err := ask()
	if err != nil {
		return err
	}
	again, err := ask()
	if err != nil {
		return err
	}
	fmt.Println("the same report", asked.JSON202.Id == again.JSON202.Id)
	id, state := asked.JSON202.Id, string(asked.JSON202.State)
	for state == "queued" || state == "running" {
		time.Sleep(100 * time.Millisecond)
		report, err := api.ShowReportWithResponse(ctx, id, nil)
		if err != nil {
			return err
		}
		state = string(report.JSON200.State)
	}
	limit := Limit(1000)
	rows, err := api.ListReportRowsWithResponse(ctx, id, &ListReportRowsParams{Limit: &limit})
	if err != nil {
		return err
	}
	fmt.Println("report", state, "rows", len(rows.JSON200.Rows))
	return nil
}

func correct(ctx context.Context, api *ClientWithResponses) error {
	note := "by a client"
	answer, err := api.AddCorrectionWithResponse(ctx, nil, NewCorrection{
		Scope: "store", Name: &first, Category: "power_or_network", Note: &note,
		From: time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC), To: time.Date(2000, 1, 1, 1, 0, 0, 0, time.UTC),
	})
	if err != nil {
		return err
	}
	if answer.JSON201 == nil {
		fmt.Println("correction", answer.ApplicationproblemJSON400.Title)
		return nil
	}
	fmt.Println("correction", answer.JSON201.Category)
	withdrawn, err := api.WithdrawCorrectionWithResponse(ctx, answer.JSON201.Id)
	if err != nil {
		return err
	}
	fmt.Println("withdrawn", withdrawn.StatusCode())
	return nil
}
